// Command server is a guest that accepts one connection on the listener it finds at descriptor 3, and answers each line
// in capitals until the client says "bye".
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strings"
)

func main() {
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	conn, err := listener.Accept()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lines := bufio.NewScanner(conn)
	for lines.Scan() && lines.Text() != "bye" {
		fmt.Fprintln(conn, strings.ToUpper(lines.Text()))
	}
	conn.Close()
}
