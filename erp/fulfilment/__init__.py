"""Fulfilment: sales orders, first-expiring-first allocation, picks, and what of it left us for which customer."""
