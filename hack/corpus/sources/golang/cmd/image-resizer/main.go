// image-resizer is a worker with the bugs that Go workers have; the job decides which one is met.
package main

/*
#include <stdlib.h>
#include <string.h>
static void decode(char *row, int width) { memset(row, 0x7f, width); }
static void twice(void) { char *volatile p = malloc(4096); free(p); free(p); }
*/
import "C"

import (
	"bufio"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/spf13/cobra"
)

type image struct {
	name   string
	pixels []byte
	meta   *meta
}

type meta struct{ width, height int }

func work(n int) {
	for i := 0; i < n; i++ {
		log.Printf("resized img_%05d.jpg 1920x1080 -> 640x360 in %dms", i, 11+i%7)
		time.Sleep(4 * time.Millisecond)
	}
}

func main() {
	var before int
	root := &cobra.Command{Use: "image-resizer", SilenceUsage: false}
	root.PersistentFlags().IntVar(&before, "queue", 8, "images in the queue before the odd one")
	job := func(name string, run func(args []string) error) {
		root.AddCommand(&cobra.Command{Use: name, SilenceUsage: true, RunE: func(_ *cobra.Command, args []string) error {
			log.Printf("image-resizer 2.3.1, worker pid %d, GOMAXPROCS 2", os.Getpid())
			work(before)
			return run(args)
		}})
	}
	job("decode", func([]string) error { C.decode(nil, 64); return nil })
	job("release", func([]string) error { C.twice(); return nil })
	job("thumbnail", func([]string) error {
		var i image
		log.Printf("thumbnail of %q: %dx%d", i.name, i.meta.width, i.meta.height)
		return nil
	})
	job("crop", func(args []string) error {
		i := image{pixels: make([]byte, 16)}
		at, _ := strconv.Atoi(args[0])
		fmt.Println(i.pixels[at])
		return nil
	})
	job("collect", func([]string) error {
		results := make(chan image)
		var all sync.WaitGroup
		all.Add(1)
		results <- image{}
		all.Wait()
		return nil
	})
	job("nest", func([]string) error {
		debug.SetMaxStack(1 << 20)
		var nest func(int) int
		nest = func(n int) int { return nest(n+1) + 1 }
		nest(0)
		return nil
	})
	job("stats", func([]string) error {
		sizes := map[int]int{}
		for w := 0; w < 4; w++ {
			go func() {
				for i := 0; ; i++ {
					sizes[i%16]++
				}
			}()
		}
		time.Sleep(5 * time.Second)
		return nil
	})
	var kept [][]byte
	job("batch", func(args []string) error {
		step, _ := strconv.Atoi(args[0])
		for n := 0; n < 10000; n++ {
			block := make([]byte, step<<20)
			for i := range block {
				block[i] = byte(i)
			}
			kept = append(kept, block)
			log.Printf("batch: loaded %d images, %d MiB", n+1, (n+1)*step)
		}
		return nil
	})
	job("archive", func(args []string) error {
		file, err := os.Create(args[0])
		if err != nil {
			return fmt.Errorf("archive: %w", err)
		}
		out := bufio.NewWriter(file)
		for i := 0; i < 4096; i++ {
			if _, err := out.Write(make([]byte, 4096)); err != nil {
				return fmt.Errorf("archive: %w", err)
			}
		}
		return errors.Join(out.Flush(), file.Close())
	})
	job("fetch", func(args []string) error {
		listener, err := net.Listen("tcp", "127.0.0.1:9000")
		if err != nil {
			return err
		}
		var open []*os.File
		for {
			file, err := os.Open("/etc/hostname")
			if err != nil {
				if len(args) == 0 {
					return fmt.Errorf("fetch: cache entry %d: %w", len(open), err)
				}
				break
			}
			open = append(open, file)
		}
		go net.Dial("tcp", "127.0.0.1:9000")
		_, err = listener.Accept()
		return fmt.Errorf("fetch: %w", err)
	})
	job("serve", func(args []string) error {
		log.Printf("queue is empty, waiting for work")
		time.Sleep(time.Hour)
		return nil
	})
	if err := root.Execute(); err != nil {
		os.Exit(1)
	}
}
