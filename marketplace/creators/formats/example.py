"""The table people fill in when their platform gives them no file we read."""

CSV = """dimension,code,value,sample
age_gender,18-24:female,12%,1840
age_gender,25-34:female,31%,1840
age_gender,25-34:male,22%,1840
age_gender,35-44:female,20%,1840
age_gender,35-44:male,15%,1840
country,SE,72%,8240
country,NO,9%,8240
city,Umeå,11%,8240
language,sv,74%,2310
language,en,14%,2310
interest,hiking,34%,960
interest,family,26%,960
"""
