"""Estate: what is declared. Nodes become typed, frozen declarations and a dependency graph."""
