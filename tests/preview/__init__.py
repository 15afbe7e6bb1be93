"""The preview, as somebody sees it who has only a browser."""
