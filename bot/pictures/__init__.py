"""Pictures of a card, drawn from its data alone: the evidence on a time line, and a drawing for each step."""
