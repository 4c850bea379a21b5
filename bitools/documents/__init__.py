"""What every run says, typed: one file a job, a TypedDict a document and an item.

They cost nothing at run time and are all that jobs and reports share: a report that reads a key which no job
writes does not pass the type check. docs/documents/*.json is generated from here; a text under a field
describes it there. A document is a subclass of `Envelope` that names its schema:

    class Trust(Envelope):
        \"\"\"What `net trust` prints.\"\"\"

        schema: Literal["bitools.net.trust/1"]
        items: list[TrustItem]
"""
