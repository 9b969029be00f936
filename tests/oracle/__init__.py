"""A second opinion on the engine: a simulation step by step, written from the specification."""
