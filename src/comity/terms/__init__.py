"""The vocabulary everybody shares: small frozen values; tables that cite their source.

identity        names, partial dates, documents: who an alert or a traveller is said to be
century         which birth dates a year of two digits can mean on a given day
country         ICAO 9303 codes with dates and status (contested ones openly)
document_kind   kinds of travel documents
purpose         why a question is asked, with the article that allows it
authority       kinds of authority, what they may search
alert           one version of one alert, held to the minimum data of its article
category        alert categories with article, action, review period, minimum data, deletion events
field_group     which fields travel together; each group is one action for the policy engine
restriction     what stops the use of an alert while it stands, who may set it, with the article
handling        handling codes of what is disclosed
table           the loader: refuses a row without source or date
"""
