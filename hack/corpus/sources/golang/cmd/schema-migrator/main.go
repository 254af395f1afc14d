// schema-migrator applies the migrations of a folder with golang-migrate and then serves.
package main

import (
	"errors"
	"log"
	"net/http"
	"os"

	"github.com/golang-migrate/migrate/v4"
	_ "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	_ "github.com/golang-migrate/migrate/v4/source/file"
)

type logger struct{}

func (logger) Printf(format string, v ...any) { log.Printf("migrate: "+format, v...) }
func (logger) Verbose() bool                  { return os.Getenv("VERBOSE") != "" }

func main() {
	log.SetPrefix("[schema-migrator] ")
	log.Println("applying migrations from", os.Getenv("MIGRATIONS"))
	m, err := migrate.New(os.Getenv("MIGRATIONS"), os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatalf("cannot open migrations: %v", err)
	}
	m.Log = logger{}
	if err := m.Up(); err != nil && !errors.Is(err, migrate.ErrNoChange) {
		log.Fatalf("migration failed: %v", err)
	}
	version, dirty, err := m.Version()
	log.Printf("schema is at version %d (dirty: %v, %v)", version, dirty, err)
	log.Println("listening on :8080")
	log.Fatal(http.ListenAndServe(":8080", nil))
}
