// SPDX-License-Identifier: MIT

// forwarder LISTEN TARGET: a port forwarder as Go programs write it.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"os"
)

func forward(source, dest *net.TCPConn, done chan<- bool) {
	io.Copy(dest, source)
	dest.CloseWrite()
	done <- true
}

func serve(client net.Conn, target string) {
	defer client.Close()
	server, err := net.Dial("tcp", target)
	if err != nil {
		log.Print(err)
		return
	}
	defer server.Close()
	c, s, done := client.(*net.TCPConn), server.(*net.TCPConn), make(chan bool)
	go forward(c, s, done)
	go forward(s, c, done)
	<-done
	<-done
}

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on", listener.Addr())
	for {
		client, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go serve(client, os.Args[2])
	}
}
