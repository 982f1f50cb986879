"""Order lines, receipt of goods, refunds, complaints and ratings; the checkout."""
