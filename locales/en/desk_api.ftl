# Errors that only the JSON interface can make.
error-desk-api-person_unknown = Nobody is known as “{ $value }”. Give a mail address, an identifier, or “me”.
error-desk-api-team_unknown = No team is called “{ $value }”. Give its name or its identifier.
error-desk-api-requester_missing = Say who asks: the field “requester” takes a mail address.
