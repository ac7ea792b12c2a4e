package deploy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// Credentials let the controller, and nobody else, ask the filers. PEM, but for the token.
type Credentials struct {
	Token       []byte
	CA          []byte // what the controller trusts
	Certificate []byte // of every filer
	Key         []byte
}

// clockSkew is how far a node's clock may be behind the one that made the certificate.
const clockSkew = 5 * time.Minute

// NewCredentials makes a token and a certificate for the filers of these zones, valid for a year from now.
func NewCredentials(zones []Zone, now time.Time) (Credentials, error) {
	token := make([]byte, 32)
	if _, err := rand.Read(token); err != nil {
		return Credentials{}, fmt.Errorf("making the filers' token: %w", err)
	}
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Credentials{}, fmt.Errorf("making the filers' authority: %w", err)
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: Namespace + " filers' authority"},
		NotBefore: now.Add(-clockSkew), NotAfter: now.AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign,
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	if err != nil {
		return Credentials{}, fmt.Errorf("signing the filers' authority: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Credentials{}, fmt.Errorf("making the filers' key: %w", err)
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: Namespace + " filers"},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, s := range (Options{Zones: zones}).sites() {
		leaf.DNSNames = append(leaf.DNSNames, s.Host)
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
	if err != nil {
		return Credentials{}, fmt.Errorf("signing the filers' certificate: %w", err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Credentials{}, fmt.Errorf("encoding the filers' key: %w", err)
	}
	block := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	return Credentials{
		Token:       []byte(hex.EncodeToString(token)),
		CA:          block("CERTIFICATE", caDER),
		Certificate: block("CERTIFICATE", leafDER),
		Key:         block("PRIVATE KEY", keyDER),
	}, nil
}
