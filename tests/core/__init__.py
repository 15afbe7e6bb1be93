"""The core, tested in the words of the contract."""
