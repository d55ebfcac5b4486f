# The frame around every page, failures, forms, and the kit's own pages.

web-locale-name = English
web-skip = Skip to content
web-menu = Menu
web-navigation = Main navigation
web-navigation-insight = Insight
web-navigation-settings = Settings
web-search = Search
web-palette = Go to or do
web-palette-placeholder = A number, a name, a word, or what you want to do
web-palette-results = Suggestions
web-palette-go = Go to
web-offline = The connection was lost. Trying again; what you see may be out of date.
web-account = Your account
web-to-portal = Portal
web-sign-out = Sign out
web-load-more = Show more

web-script-ok = OK
web-script-cancel = Cancel
web-script-close = Close
web-script-keys-title = Keyboard
web-script-page-actions = On this page
web-script-empty = Nothing found
web-script-error = That did not work. Please try again.
web-script-unreachable = The server cannot be reached. Check your connection and try again.
web-script-unsaved = You have changes that are not saved. Leave anyway?
web-script-draft-replaced = Draft saved, instead of what another window of yours held
web-script-draft-saved = Draft saved
web-script-draft-failed = The draft could not be saved
web-script-remove = Remove
web-script-too-large = This file is too large
# The {n} is filled in by a script.
web-script-selected = {"{"}n{"}"} selected
web-script-copied = Copied
web-script-key-move = Move up and down
web-script-key-open = Open
web-script-key-select = Select
web-script-key-send = Send
web-script-key-send-next = Send and go to the next

web-search-title = Search
web-search-start-title = What are you looking for?
web-search-start-text = Tickets, people, and whatever else you may see, in English, Chinese, or pinyin. A number finds its ticket at once.
web-search-none-title = Nothing found for “{ $text }”
web-search-none-text = Try fewer or other words, only the beginning of one, or take a filter away.
web-search-placeholder = Words, a number, pinyin, or a filter
web-search-narrow = Narrow the search
web-search-all-kinds = Everything
web-search-without = Without { $filter }
web-search-meant = Did you mean
web-search-filters = Filters to type:
web-search-colon = :
web-search-left-out = “{ $filter }” was left out. { $values }
web-search-values-kind = Kinds are { $values }.
web-search-values-day = A day is written 2026-10-31, a month 2026-10, a year 2026.

web-api-title = API
web-api-lead = Send a token as “Authorization: Bearer …”. Errors come as problem+json with a stable code. The complete description:
web-api-call = Call
web-api-purpose = Purpose
web-api-need = Permission
web-api-signed-in = any token

web-form-refused = { $count ->
    [one] One field needs your attention.
   *[other] { $count } fields need your attention.
}

# Failures by kind: what happened, in general words when the code has none, and what to do next.
web-failure-home = To the start page
web-failure-retry = Try again
web-failure-reference = Error { $status }. When you ask for help, name this request:

web-failure-invalid-title = This cannot be accepted
web-failure-invalid-detail = Something in what was sent is not right.
web-failure-invalid-next = Go back, correct it, and send it again.
web-failure-unauthenticated-title = Please sign in
web-failure-unauthenticated-detail = You are not signed in, or your session has ended.
web-failure-unauthenticated-next = Sign in and try again.
web-failure-forbidden-title = You are not allowed to do this
web-failure-forbidden-detail = Your account does not have the permission for it.
web-failure-forbidden-next = If you need it for your work, ask your administrator.
web-failure-not_found-title = Nothing found here
web-failure-not_found-detail = This page does not exist, or it is not meant for your account.
web-failure-not_found-next = Check the address, or search for what you need.
web-failure-conflict-title = Somebody was faster
web-failure-conflict-detail = Things have changed in the meantime, so this is no longer possible.
web-failure-conflict-next = Go back, reload the page, and look at the present state.
web-failure-too_large-title = Too large
web-failure-too_large-detail = What was sent is larger than allowed.
web-failure-too_large-next = Send less, or a smaller file.
web-failure-too_many-title = Too many attempts
web-failure-too_many-detail = There were too many requests in a short time.
web-failure-too_many-next = Wait a moment and try again.
web-failure-unavailable-title = Not available right now
web-failure-unavailable-detail = A part of the system does not answer. Nothing you sent was stored.
web-failure-unavailable-next = Try again in a minute. What you typed is still there when you go back.
web-failure-internal-title = That was our mistake
web-failure-internal-detail = Something went wrong on the server. It has been noted in the log.
web-failure-internal-next = Try again. If it happens again, report it with the number below.

error-web-csrf-refused = This form is no longer valid: it is from another session, or your session has ended. Reload the page and send it again.
error-web-csrf-foreign_origin = This request came from another website and was not carried out. Open the page here and try again.
error-web-rate-exceeded = Too many attempts. Try again in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
}.
error-web-timeout = The answer took too long and was given up. Try again in a minute.
error-web-not_ready = The server is not ready: its database does not answer or is not up to date.
error-web-method_not_allowed = This address does not take requests of this method.
error-web-form-missing = Please fill this in.
error-web-form-malformed = This is not in the expected form.
error-web-form-choice = Please choose one of the offered values.
error-web-form-broken = The form did not arrive whole. Please send it again.
error-web-form-too_large = The form is larger than allowed.
error-web-form-text_too_long = This text is too long.
error-web-form-too_many_files = At most { $max } files can be sent at once.
error-web-json-content_type = Send JSON with “Content-Type: application/json”.
error-web-json-too_large = The JSON body is larger than allowed.
error-web-json-broken = The body is not valid JSON: { $reason }.
error-web-json-refused = The JSON does not have the expected shape: { $reason }.
error-web-query-refused = A parameter of the address cannot be read: { $reason }.
error-web-idempotency-key_malformed = An Idempotency-Key has 1 to { $max } letters.
error-web-idempotency-key_reused = This Idempotency-Key was used for another request. Use a new key for a new request.
error-web-idempotency-in_progress = The request with this Idempotency-Key is still being carried out. Try again in a moment.

permission-web-metrics-read = Read operating figures (metrics)
