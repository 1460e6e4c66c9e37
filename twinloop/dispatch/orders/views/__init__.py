"""Pages of dispatch: my orders on a phone, the board of the command room, the handover between shifts."""
