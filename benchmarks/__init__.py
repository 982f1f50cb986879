"""What the engine costs and how well it does, measured as ratios in one run."""
