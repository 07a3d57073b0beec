"""Tests of the Labels screen."""
