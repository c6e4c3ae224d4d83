"""What the last weeks would have been under other settings, worked out before they hold (Escalation Protocol, 1 and 3).

`facts` what people did on an issue; `reading` takes it from the database; `rules` the settings that a version says;
`life` replays one issue, `acts` what is done in it; `outcome` what came of it, and the sums; `running` a run as a row;
`words` says it. The engine's own Case, clocks and ladder are driven, with nothing read or written.
"""
