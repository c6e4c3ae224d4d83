"""The pages of the protocol: the document as it runs, on paper, its versions, the editor of a draft."""
