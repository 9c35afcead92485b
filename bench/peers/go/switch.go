// SPDX-License-Identifier: MIT

// switch COUNT: two goroutines on one processor yield COUNT times in all.
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
	done := make(chan int)
	for i := 0; i < 2; i++ {
		go func() {
			yielded := 0
			for ; yielded < count/2; yielded++ {
				runtime.Gosched()
			}
			done <- yielded
		}()
	}
	if <-done+<-done != count/2*2 {
		log.Fatal("wrong answer: switches counted")
	}
}
