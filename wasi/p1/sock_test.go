package p1

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/weft-wasm/weft/wasi"
)

// TestServer runs a server's calls over the loopback: it polls a listener, accepts, receives, answers and shuts down.
func TestServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("no loopback network:", err)
	}
	defer listener.Close()
	g := newGuest(t, wasi.Config{Listeners: []net.Listener{listener}})
	const listenFD = 3
	out := g.alloc(8)
	g.want(errnoSuccess, "fd_fdstat_set_flags", listenFD, uint64(flagNonblock))
	g.want(errnoAgain, "sock_accept", listenFD, 0, out)
	g.want(errnoSuccess, "fd_fdstat_set_flags", listenFD, 0)
	g.want(errnoInval, "sock_accept", listenFD, uint64(flagAppend), out)
	g.want(errnoNotSock, "sock_accept", 1, 0, out)
	vec, n, pieces := g.vec(3, 5)
	g.want(errnoNotConn, "sock_recv", listenFD, vec, n, 0, out, out)

	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	g.wantEvents([]happened{{kind: eventRead}}, sub{kind: eventRead, fd: listenFD}, sub{timeout: time.Hour})
	g.want(errnoSuccess, "sock_accept", listenFD, 0, out)
	conn := uint64(g.u32(out))
	if conn != 4 {
		t.Errorf("the connection is descriptor %d", conn)
	}
	stat := g.alloc(fdstatBytes)
	g.want(errnoSuccess, "fd_fdstat_get", conn, stat)
	if g.mem[stat] != 6 {
		t.Errorf("the connection has the type %d", g.mem[stat])
	}

	client.Write([]byte("12345678"))
	count, flags := g.alloc(4), g.alloc(2)
	g.want(errnoSuccess, "sock_recv", conn, vec, n, recvPeek, count, flags)
	if got := g.str(pieces[0], g.u32(count)); got != "123" {
		t.Errorf("peeked %q", got)
	}
	g.want(errnoSuccess, "sock_recv", conn, vec, n, 0, count, flags)
	if got := g.str(pieces[0], 3) + g.str(pieces[1], 5); got != "12345678" || g.u32(count) != 8 {
		t.Errorf("received %q, %d", got, g.u32(count))
	}
	go func() {
		for _, part := range []string{"ab", "cde", "fgh"} {
			client.Write([]byte(part))
			time.Sleep(2 * time.Millisecond)
		}
	}()
	g.want(errnoSuccess, "sock_recv", conn, vec, n, recvWaitAll, count, flags)
	if got := g.str(pieces[0], 3) + g.str(pieces[1], 5); got != "abcdefgh" || g.u32(count) != 8 {
		t.Errorf("received %q, %d", got, g.u32(count))
	}
	g.want(errnoInval, "sock_recv", conn, vec, n, recvAll+1, count, flags)
	g.want(errnoInval, "sock_send", conn, vec, n, 1, count)
	g.want(errnoSuccess, "sock_send", conn, vec, n, 0, count)
	g.write(conn, " and more")
	g.want(errnoInval, "sock_shutdown", conn, 0)
	g.want(errnoInval, "sock_shutdown", conn, 4)
	g.want(errnoSuccess, "sock_shutdown", conn, shutdownWrite)
	if got, err := io.ReadAll(client); string(got) != "abcdefgh and more" || err != nil {
		t.Errorf("the client got %q, %v", got, err)
	}
	client.Close()
	if got, e := g.read(conn, 5); got != "" || e != errnoSuccess {
		t.Errorf("after the client closed: %q, %v", got, e)
	}
	g.want(errnoSuccess, "fd_close", conn)
	g.want(errnoSuccess, "fd_close", listenFD)
	if _, err := net.Dial("tcp", listener.Addr().String()); err != nil {
		t.Errorf("a guest closed the embedder's listener: %v", err)
	}
}

// TestGivenConnection closes a connection from the Config in the guest, which its peer sees, and leaves one open that
// the guest did not close.
func TestGivenConnection(t *testing.T) {
	ours, theirs := net.Pipe()
	kept, keptPeer := net.Pipe()
	g := newGuest(t, wasi.Config{Conns: []net.Conn{ours, kept}})
	g.want(errnoSuccess, "fd_close", 3)
	if _, err := theirs.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the peer sees %v", err)
	}
	g.p.Close()
	go keptPeer.Write([]byte("still here"))
	if _, err := kept.Read(make([]byte, 10)); err != nil {
		t.Errorf("the end of the guest closed the embedder's connection: %v", err)
	}
}
