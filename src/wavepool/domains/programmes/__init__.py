"""Programmes: rewards for what people do, within a budget, with progress in sight."""
