"""Pages for people, server-rendered, usable by keyboard alone and without JavaScript.

assets      the built style sheets and script by their plain names
rendering   the templates: ``renderer`` gives a function from name and values to HTML
words       the words of the page's frame, in each language
"""
