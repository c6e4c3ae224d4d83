"""The living protocol: its versions, what each says, who signed them, and how one comes into force (sections 1, 10).

`content` what a version says; `checking` whether it can be said; `diff` how two differ; `applying` making the settings
what a version says; `versions` the verbs; `merging` a draft brought up to date; `telling` who hears of it.
"""
