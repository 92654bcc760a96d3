from marketplace import create_app
from marketplace.run.environment import for_a_command

for_a_command()
app = create_app()
