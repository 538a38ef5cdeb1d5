"""Simulated devices: cold rooms with a thermal model, faults on a schedule, replay of recordings.

They speak the contract of wire/ over UDP, so the gateway cannot tell them from real ones.
"""
