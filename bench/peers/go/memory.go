// SPDX-License-Identifier: MIT

// memory COUNT: bytes resident for each of COUNT parked goroutines.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"runtime"
	"strconv"
	"strings"
)

func kib(name string) int {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), name) {
			n, _ := strconv.Atoi(strings.Fields(lines.Text())[1])
			return n
		}
	}
	return 0
}

func main() {
	runtime.GOMAXPROCS(1)
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	never, parked := make(chan bool), 0
	pages, tables := kib("VmRSS:"), kib("VmPTE:")
	for i := 0; i < count; i++ {
		go func() {
			parked++
			<-never
		}()
	}
	for parked < count {
		runtime.Gosched()
	}
	if count > 0 {
		fmt.Println("resident", (kib("VmRSS:")-pages)*1024/count)
		fmt.Println("tables", (kib("VmPTE:")-tables)*1024/count)
	}
}
