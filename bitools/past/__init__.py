"""What past runs said: their documents, whole or digested, and an index of them that makes reading quick.

`essence` is what reports need of a document       `months` keeps what is too old to be kept whole
`index` is SQLite, derived, never the truth        `reading` gives documents to reports and to doctor
`ages` lets go of what the state need not keep
"""
