"""From a definition and harmonised respondents to one number a respondent, for estimates and worked examples."""
