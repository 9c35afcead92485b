// SPDX-License-Identifier: MIT

// queue COUNT: numbers go to another goroutine on the same processor and come
// back, one at a time, through two channels for two.
package main

import (
	"log"
	"os"
	"runtime"
	"strconv"
)

func main() {
	runtime.GOMAXPROCS(1)
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	there, back, done := make(chan int, 2), make(chan int, 2), make(chan bool)
	go func() {
		for i := 0; i < count/2; i++ {
			back <- <-there + 1
		}
		done <- true
	}()
	for i := 0; i < count/2; i++ {
		there <- i
		if <-back != i+1 {
			log.Fatal("wrong answer: answer")
		}
	}
	<-done
}
