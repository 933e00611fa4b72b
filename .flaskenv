FLASK_APP=embedded.entry:create_app
