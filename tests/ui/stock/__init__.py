"""Tests of the stock screen."""
