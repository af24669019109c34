"""Sealing: a process outside the database signs that the log only ever grows.

Formats are those of transparency logs: trees and proofs of RFC 6962, checkpoints, tiles and
witnesses of C2SP (tlog-checkpoint, signed-note, tlog-tiles, tlog-witness, tlog-cosignature). Needs
the extra `seal`. `docs/audit.md` describes what it proves, `docs/how-to/seal.md` how to run it.
"""
