"""Answer assistants' questions about tasks over the Model Context Protocol; read-only."""
