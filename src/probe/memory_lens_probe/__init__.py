"""Memory Lens inside the user's Python program: measures what each line allocates and tells the engine over a private pipe."""
