"""Goods, stock, prices, commission plans and which of them wins."""
