// A small agent, built for the CPU that GOARCH says.
package main

import (
	"log"
	"net/http"
)

func main() {
	log.Println("agent starting")
	log.Fatal(http.ListenAndServe(":8080", nil))
}
