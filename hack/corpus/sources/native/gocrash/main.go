// A Go service around a C library.
package main

/*
#include <stddef.h>
static int depth(int *frame) { return *frame; }
*/
import "C"

import (
	"log"
	"os"
)

type store struct{ rows map[string]int }

func main() {
	log.Println("tile-server 0.9 starting")
	log.Println("opening raster library")
	if os.Getenv("MODE") == "cgo" {
		log.Println(C.depth(nil))
	}
	var s *store
	log.Println("tiles:", len(s.rows))
}
