"""Devices that tests talk to: a strict interpreter of printer bytes, and printers on the network."""
