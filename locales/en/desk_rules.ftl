# What the desk says of rules.

desk-rule-named = Rule “{ $name }”
