"""The app's door: ``streamlit run app.py -- STUDY`` (or ``tapak app STUDY``)."""

from ui.shell import main

main()
