"""The shop: orders, payments, receipts."""
