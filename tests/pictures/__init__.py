"""Pictures that say what the card says, and nothing else."""
