"""Fulfilment: sales orders, allocation, picks, and what of it left us for which customer."""
