"""Pages for people, server-rendered, usable by keyboard alone and without JavaScript.

pages       the application: addresses to functions; static_files, assets what it is styled with
door        what every page owes; desk one request and one page
sign_in     sessions; checking, asked the check; deciding a person's finding on a candidate
alerts      list, one alert, withdraw, extend; entering form, review, issue
supervision log, proof, evidence; agreements; health; description the door for systems
refusing    a refusal of entry, step by step, decided by a person; refusal_fields its form
law_asking  ask; law_at_check the same beside the alerts; law_staying days of stay
law_library rules by articles; law_tables sweep, compare; law_changes dates, data that leave
rendering   the templates: ``renderer`` gives a function from name and values to HTML
words       the words in each language; wording errors at their fields
"""
