// gorm-shop is a web shop's back end as gorm's own guide writes them: gorm, its PostgreSQL driver, log and slog.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"time"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

type Product struct {
	gorm.Model
	Code  string `gorm:"uniqueIndex;size:64"`
	Price uint
}

func mustEnv(key string) string {
	value, ok := os.LookupEnv(key)
	if !ok {
		panic(fmt.Sprintf("environment variable %s not set", key))
	}
	return value
}

func main() {
	if os.Getenv("LOG_FORMAT") == "json" {
		slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	}
	slog.Info("gorm-shop starting", "version", "1.9.3", "pid", os.Getpid())
	port, err := strconv.Atoi(os.Getenv("PORT"))
	if err != nil && os.Getenv("PORT") != "" {
		log.Fatalln("could not convert port", err)
	}
	if port == 0 {
		port = 8080
	}
	db, err := gorm.Open(postgres.Open(mustEnv("DATABASE_DSN")), &gorm.Config{Logger: logger.Default.LogMode(logger.Info)})
	if err != nil {
		if os.Getenv("PANIC") != "" {
			panic("failed to connect database")
		}
		slog.Error("storage is unavailable", "err", err)
		os.Exit(1)
	}
	if err := db.AutoMigrate(&Product{}); err != nil {
		log.Fatal("auto migration: ", err)
	}
	if seed := os.Getenv("SEED_FILE"); seed != "" {
		file, err := os.Open(seed)
		if err != nil {
			log.Panic(err)
		}
		var products []Product
		if err := json.NewDecoder(file).Decode(&products); err != nil {
			log.Panicf("seed: %v", err)
		}
		for i := range products {
			if result := db.Create(&products[i]); result.Error != nil {
				log.Panicf("seed: %v", result.Error)
			}
		}
		slog.Info("seeded", "first", products[0].Code)
	}
	http.HandleFunc("/products/", func(w http.ResponseWriter, r *http.Request) {
		var product Product
		if err := db.First(&product, "code = ?", r.URL.Path[len("/products/"):]).Error; err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		_ = json.NewEncoder(w).Encode(product)
	})
	slog.Info("serving", "port", port)
	server := http.Server{Addr: fmt.Sprintf(":%d", port), ReadTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}
