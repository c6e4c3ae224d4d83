"""Webhooks: other programs are told what happens, as the Standard Webhooks say (standardwebhooks.com).

A delivery is a row, written in the transaction of what it tells and sent after it, at least once. What is told, and who
may know it, is decided in `escalations/webhooks/`; here it is signed, sent, tried again and kept for a while.
"""
