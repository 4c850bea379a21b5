"""Active Directory accounts: opening, closing, finding them."""
