"""Tuning the encoder's upper layers to the utterances: needs the extra `tune`; what it makes is shipped with the knowledge."""
