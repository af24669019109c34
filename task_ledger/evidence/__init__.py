"""Evidence packs: what happened to a task or in a project, provable without the ledger.

A pack is a zip with the export, the seal or proofs, the program that checks them, and a readable
report. Needs the extra `evidence`. `docs/how-to/give-evidence.md` describes its contents.
"""
