"""Tests on half a million real sales; they skip, saying so, where the data is not there (``SHOPSTOCK_REALDATA``)."""
