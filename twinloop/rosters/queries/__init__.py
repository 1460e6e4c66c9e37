"""Reading rotas."""
